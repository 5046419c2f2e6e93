# The bf16 product for processors with AMX: a leaf for the System V calling convention, without data and without addresses of its own, so that it runs wherever
# its bytes are put. It touches no vector register, hence no vzeroupper.
#
#   as --64 amx.s -o amx.o && objcopy -O binary -j .text amx.o amx.bin
#
# assemble.py beside this file does that for both listings and writes the bytes into Bf16Code.cs; a test compares them.

        .intel_syntax noprefix
        .text

# product(rdi = w, rsi = bytes between rows of w, rdx = x, rcx = steps of 32 columns, r8 = output, r9 = shapes of the tiles, dword [rsp + 8] = add)
#
# Up to 32 rows of w, bf16, times 32 images side by side, bf16 [16 * steps][32][2], into output, float [rows][32]. Each step adds one sum of 32 products to each
# of the sums, which begin at 0, or at what output holds where add isn't 0. Steps are not 0.
#
# The tiles:            first 16 images   other images        w
#     first 16 rows         tmm0              tmm1           tmm4
#     other rows            tmm2              tmm3           tmm5
#     images                tmm6              tmm7
# Where there are no more than 16 rows, tmm2, tmm3 and tmm5 have no shape.
        .globl  product
product:
        ldtilecfg [r9]
        mov     eax, 128                        # bytes between pairs of columns of x, and between rows of output
        cmp     byte ptr [r9 + 50], 0           # rows of tmm2
        je      few_rows

        mov     r10, rsi
        shl     r10, 4
        add     r10, rdi                        # the seventeenth row of w
        cmp     dword ptr [rsp + 8], 0
        jne     go_on_with_many_rows
        tilezero tmm0
        tilezero tmm1
        tilezero tmm2
        tilezero tmm3
        jmp     many_rows

go_on_with_many_rows:
        tileloadd tmm0, [r8 + rax*1]
        tileloadd tmm1, [r8 + rax*1 + 64]
        tileloadd tmm2, [r8 + rax*1 + 2048]
        tileloadd tmm3, [r8 + rax*1 + 2112]

many_rows:
        tileloadd tmm4, [rdi + rsi*1]
        tileloadd tmm6, [rdx + rax*1]
        tdpbf16ps tmm0, tmm4, tmm6
        tileloadd tmm7, [rdx + rax*1 + 64]
        tdpbf16ps tmm1, tmm4, tmm7
        tileloadd tmm5, [r10 + rsi*1]
        tdpbf16ps tmm2, tmm5, tmm6
        tdpbf16ps tmm3, tmm5, tmm7
        add     rdi, 64
        add     r10, 64
        add     rdx, 2048
        sub     rcx, 1
        jnz     many_rows

        tilestored [r8 + rax*1], tmm0
        tilestored [r8 + rax*1 + 64], tmm1
        tilestored [r8 + rax*1 + 2048], tmm2
        tilestored [r8 + rax*1 + 2112], tmm3
        tilerelease
        ret

few_rows:
        cmp     dword ptr [rsp + 8], 0
        jne     go_on_with_few_rows
        tilezero tmm0
        tilezero tmm1
        jmp     next_step

go_on_with_few_rows:
        tileloadd tmm0, [r8 + rax*1]
        tileloadd tmm1, [r8 + rax*1 + 64]

next_step:
        tileloadd tmm4, [rdi + rsi*1]
        tileloadd tmm6, [rdx + rax*1]
        tdpbf16ps tmm0, tmm4, tmm6
        tileloadd tmm7, [rdx + rax*1 + 64]
        tdpbf16ps tmm1, tmm4, tmm7
        add     rdi, 64
        add     rdx, 2048
        sub     rcx, 1
        jnz     next_step

        tilestored [r8 + rax*1], tmm0
        tilestored [r8 + rax*1 + 64], tmm1
        tilerelease
        ret
