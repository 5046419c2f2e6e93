// What all kernels share. Compile-time constants: GROUP, TILE_ITEMS, TILE_OUTPUTS, TILE_DEPTH (see OpenClLayout), MIXED, and HALF_ARITHMETIC (see encode.cl).
// Rows of all matrices are `stride` numbers apart, a multiple of 16, and padded with zeros. Row numbers times strides are 64-bit.

#define ROW(row, stride) ((size_t)(row) * (size_t)(stride))
#define WORK_GROUP __attribute__((reqd_work_group_size(GROUP, 1, 1)))

// Images, or features, lie in a grid's second dimension, one or several work-groups each. GPUs have few places there, so a kernel may be queued several times, each time from
// another `first` on.
#define ROW_OF_GROUP(first) ((first) + (int)get_group_id(1))

// Images, and the copy of the weights that images meet, are kept in half precision where MIXED is defined; arithmetic is in single precision, but for products
// of the encoder where HALF_ARITHMETIC is defined too.
#ifdef MIXED
#define stored half
#define LOAD(pointer, index) vload_half((index), (pointer))
#define STORE(pointer, index, value) vstore_half_rte((value), (index), (pointer))
#else
#define stored float
#define LOAD(pointer, index) ((pointer)[index])
#define STORE(pointer, index, value) ((pointer)[index] = (value))
#endif

// One activation of one image, in the list of its feature: the gradient of a feature's row is the sum of activation · residual + pull · image.
typedef struct
{
    int image;
    int residual;
    float activation;
    float pull;
} entry;

// The sum over a work-group of GROUP items; every item gets it. Added up in a fixed order.
static inline float sum_of_group(local float* sums, float value)
{
    int item = get_local_id(0);
    sums[item] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int half_way = GROUP / 2; half_way > 0; half_way /= 2)
    {
        if (item < half_way)
            sums[item] += sums[item + half_way];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    float sum = sums[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

// The sum over the items before this one; `total` gets the sum over all.
static inline int sum_before(local int* sums, int value, int* total)
{
    int item = get_local_id(0);
    sums[item] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int distance = 1; distance < GROUP; distance *= 2)
    {
        int other = item >= distance ? sums[item - distance] : 0;
        barrier(CLK_LOCAL_MEM_FENCE);
        sums[item] += other;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    int sum = sums[item];
    *total = sums[GROUP - 1];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum - value;
}

// Whether a step is to be left undone: a member's pre-activation or loss isn't finite.
static inline int is_spoiled(global const int* flags, int members)
{
    int spoiled = 0;
    for (int member = 0; member < members; member++)
        spoiled |= flags[member];
    return spoiled;
}
