# Does with AVX512-BF16, row by row, what the product of amx.s does, called as that is: so that what surrounds the call can be tested on a processor without AMX.

        .intel_syntax noprefix
        .text
        .globl  product
product:
        movzx   r11d, byte ptr [r9 + 48]        # rows of tmm0
        movzx   eax, byte ptr [r9 + 50]         # rows of tmm2
        add     r11d, eax
        mov     eax, dword ptr [rsp + 8]        # add
        shl     rcx, 4                          # pairs of columns
next_row:
        vpxord  zmm0, zmm0, zmm0
        vpxord  zmm1, zmm1, zmm1
        test    eax, eax
        jz      begin
        vmovups zmm0, [r8]
        vmovups zmm1, [r8 + 64]
begin:
        mov     r10, rdx
        xor     r9d, r9d
next_pair:
        vpbroadcastd zmm2, dword ptr [rdi + r9*4]
        vdpbf16ps zmm0, zmm2, [r10]
        vdpbf16ps zmm1, zmm2, [r10 + 64]
        add     r10, 128
        add     r9, 1
        cmp     r9, rcx
        jb      next_pair
        vmovups [r8], zmm0
        vmovups [r8 + 64], zmm1
        add     rdi, rsi
        add     r8, 128
        sub     r11d, 1
        jnz     next_row
        vzeroupper
        ret
