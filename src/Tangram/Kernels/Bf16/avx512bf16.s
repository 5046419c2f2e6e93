# The bf16 product and the roundings to bf16, for processors with AVX512-BF16. Each function is a leaf for the System V calling convention, without data and
# without addresses of its own, so that it runs wherever its bytes are put.
#
#   as --64 avx512bf16.s -o avx512bf16.o && objcopy -O binary -j .text avx512bf16.o avx512bf16.bin
#
# assemble.py beside this file does that for both listings and writes the bytes into Bf16Code.cs; a test compares them.

        .intel_syntax noprefix
        .text

# product(rdi = w, rsi = bytes between rows of w, rdx = x, rcx = pairs of columns, r8 = output, r9 = their numbers, on the stack = add)
#
# Eight rows of w, bf16, times 32 images side by side, bf16 [pairs][32][2], into output, float [8][32]. The numbers, int [pairs], tell which pair of w's columns
# each of x's pairs belongs to. Each of the 256 sums is one chain in the order of the pairs (of a pair the second column first: that is vdpbf16ps), from 0, or from
# what output holds where add isn't 0. zmm16 … 23 sum the first 16 images of the rows, zmm24 … 31 the others.
        .globl  product
product:
        mov     eax, dword ptr [rsp + 8]        # add
        test    eax, eax
        jnz     go_on

        vpxord  zmm16, zmm16, zmm16
        vpxord  zmm17, zmm17, zmm17
        vpxord  zmm18, zmm18, zmm18
        vpxord  zmm19, zmm19, zmm19
        vpxord  zmm20, zmm20, zmm20
        vpxord  zmm21, zmm21, zmm21
        vpxord  zmm22, zmm22, zmm22
        vpxord  zmm23, zmm23, zmm23
        vpxord  zmm24, zmm24, zmm24
        vpxord  zmm25, zmm25, zmm25
        vpxord  zmm26, zmm26, zmm26
        vpxord  zmm27, zmm27, zmm27
        vpxord  zmm28, zmm28, zmm28
        vpxord  zmm29, zmm29, zmm29
        vpxord  zmm30, zmm30, zmm30
        vpxord  zmm31, zmm31, zmm31
        jmp     begin

go_on:
        vmovups zmm16, [r8]
        vmovups zmm24, [r8 + 64]
        vmovups zmm17, [r8 + 128]
        vmovups zmm25, [r8 + 192]
        vmovups zmm18, [r8 + 256]
        vmovups zmm26, [r8 + 320]
        vmovups zmm19, [r8 + 384]
        vmovups zmm27, [r8 + 448]
        vmovups zmm20, [r8 + 512]
        vmovups zmm28, [r8 + 576]
        vmovups zmm21, [r8 + 640]
        vmovups zmm29, [r8 + 704]
        vmovups zmm22, [r8 + 768]
        vmovups zmm30, [r8 + 832]
        vmovups zmm23, [r8 + 896]
        vmovups zmm31, [r8 + 960]

begin:
        lea     rax, [rsi + rsi*2]              # three rows
        test    rcx, rcx
        jz      done

pair:
        mov     r10d, dword ptr [r9]
        lea     r10, [rdi + r10*4]              # the pair of the first row
        lea     r11, [r10 + rsi*4]              # and of the fifth
        vmovups zmm0, [rdx]                     # the first 16 images
        vmovups zmm1, [rdx + 64]                # the others
        vpbroadcastd zmm2, dword ptr [r10]
        vpbroadcastd zmm3, dword ptr [r10 + rsi]
        vpbroadcastd zmm4, dword ptr [r10 + rsi*2]
        vpbroadcastd zmm5, dword ptr [r10 + rax]
        vdpbf16ps zmm16, zmm2, zmm0
        vdpbf16ps zmm24, zmm2, zmm1
        vdpbf16ps zmm17, zmm3, zmm0
        vdpbf16ps zmm25, zmm3, zmm1
        vdpbf16ps zmm18, zmm4, zmm0
        vdpbf16ps zmm26, zmm4, zmm1
        vdpbf16ps zmm19, zmm5, zmm0
        vdpbf16ps zmm27, zmm5, zmm1
        vpbroadcastd zmm6, dword ptr [r11]
        vpbroadcastd zmm7, dword ptr [r11 + rsi]
        vpbroadcastd zmm8, dword ptr [r11 + rsi*2]
        vpbroadcastd zmm9, dword ptr [r11 + rax]
        vdpbf16ps zmm20, zmm6, zmm0
        vdpbf16ps zmm28, zmm6, zmm1
        vdpbf16ps zmm21, zmm7, zmm0
        vdpbf16ps zmm29, zmm7, zmm1
        vdpbf16ps zmm22, zmm8, zmm0
        vdpbf16ps zmm30, zmm8, zmm1
        vdpbf16ps zmm23, zmm9, zmm0
        vdpbf16ps zmm31, zmm9, zmm1
        add     r9, 4
        add     rdx, 128
        sub     rcx, 1
        jnz     pair

done:
        vmovups [r8], zmm16
        vmovups [r8 + 64], zmm24
        vmovups [r8 + 128], zmm17
        vmovups [r8 + 192], zmm25
        vmovups [r8 + 256], zmm18
        vmovups [r8 + 320], zmm26
        vmovups [r8 + 384], zmm19
        vmovups [r8 + 448], zmm27
        vmovups [r8 + 512], zmm20
        vmovups [r8 + 576], zmm28
        vmovups [r8 + 640], zmm21
        vmovups [r8 + 704], zmm29
        vmovups [r8 + 768], zmm22
        vmovups [r8 + 832], zmm30
        vmovups [r8 + 896], zmm23
        vmovups [r8 + 960], zmm31
        vzeroupper
        ret

# round(rdi = source, rsi = target, rdx = blocks): blocks of 16 floats become blocks of 16 bf16; not 0 blocks.
        .globl  round
round:
        vcvtneps2bf16 ymm0, zmmword ptr [rdi]
        vmovups [rsi], ymm0
        add     rdi, 64
        add     rsi, 32
        sub     rdx, 1
        jnz     round
        vzeroupper
        ret

# round_pairs(rdi = source, rsi = target, rdx = pairs): rows of 32 floats, float [2 * pairs][32], become pairs of columns, bf16 [pairs][32][2]; not 0 pairs.
        .globl  round_pairs
round_pairs:
        vcvtneps2bf16 ymm0, zmmword ptr [rdi]           # the first column of 16 images
        vcvtneps2bf16 ymm1, zmmword ptr [rdi + 128]     # their second column
        vcvtneps2bf16 ymm2, zmmword ptr [rdi + 64]      # the same of the other 16
        vcvtneps2bf16 ymm3, zmmword ptr [rdi + 192]
        vpmovzxwd zmm0, ymm0
        vpmovzxwd zmm1, ymm1
        vpmovzxwd zmm2, ymm2
        vpmovzxwd zmm3, ymm3
        vpslld  zmm1, zmm1, 16
        vpslld  zmm3, zmm3, 16
        vpord   zmm0, zmm0, zmm1
        vpord   zmm2, zmm2, zmm3
        vmovups [rsi], zmm0
        vmovups [rsi + 64], zmm2
        add     rdi, 256
        add     rsi, 128
        sub     rdx, 1
        jnz     round_pairs
        vzeroupper
        ret
