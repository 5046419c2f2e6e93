// pre[i, f] = Σ_d x[i, d] w[f, d] + offset_f, where the offset holds b_enc and what b_pre takes off (measure, in biases.cl); the sum times length_f where rows count as of length 1.
// A work-group computes a tile of images × features, TILE_DEPTH columns at a time from local memory; an item TILE_OUTPUTS of them each way. Each sum goes through the columns
// in their order, TILE_DEPTH at a time, however large the tiles are.

#define TILE (TILE_ITEMS * TILE_OUTPUTS)

// Products of TILE_DEPTH columns are summed up in `factor`, those sums in single precision. HALF_ARITHMETIC is the half-precision type of a device that calculates with it.
#ifdef HALF_ARITHMETIC
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
typedef HALF_ARITHMETIC factor;
#define MULTIPLY_ADD(a, b, sum) ((a) * (b) + (sum))
#else
typedef float factor;
#define MULTIPLY_ADD(a, b, sum) fma((a), (b), (sum))
#endif

kernel __attribute__((reqd_work_group_size(TILE_ITEMS, TILE_ITEMS, 1)))
void encode(global const stored* images, global const stored* weights, global const float* lengths, int is_scaled, global const float* offsets, int member,
    global float* pre_activations, int first_image, int count, int features, int stride)
{
    // An item's numbers lie side by side, so that one load fetches them, and rows begin in other banks.
    local factor __attribute__((aligned(16))) image_tile[TILE_DEPTH][TILE + TILE_OUTPUTS], weight_tile[TILE_DEPTH][TILE + TILE_OUTPUTS];
    int x = get_local_id(0), y = get_local_id(1), item = y * TILE_ITEMS + x;
    int tile_feature = get_group_id(0) * TILE, tile_image = get_group_id(1) * TILE;
    float sums[TILE_OUTPUTS][TILE_OUTPUTS];
    for (int i = 0; i < TILE_OUTPUTS; i++)
    {
        for (int f = 0; f < TILE_OUTPUTS; f++)
            sums[i][f] = 0;
    }
    for (int start = 0; start < stride; start += TILE_DEPTH)
    {
        for (int place = item; place < TILE * TILE_DEPTH; place += TILE_ITEMS * TILE_ITEMS)
        {
            int row = place / TILE_DEPTH, column = place % TILE_DEPTH;
            image_tile[column][row] = tile_image + row < count ? LOAD(images, ROW(first_image + tile_image + row, stride) + start + column) : 0;
            weight_tile[column][row] = tile_feature + row < features ? LOAD(weights, ROW(tile_feature + row, stride) + start + column) : 0;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        factor part[TILE_OUTPUTS][TILE_OUTPUTS];
        for (int i = 0; i < TILE_OUTPUTS; i++)
        {
            for (int f = 0; f < TILE_OUTPUTS; f++)
                part[i][f] = 0;
        }
        for (int column = 0; column < TILE_DEPTH; column++)
        {
            factor own_images[TILE_OUTPUTS], own_weights[TILE_OUTPUTS];
            for (int output = 0; output < TILE_OUTPUTS; output++)
            {
                own_images[output] = image_tile[column][y * TILE_OUTPUTS + output];
                own_weights[output] = weight_tile[column][x * TILE_OUTPUTS + output];
            }
            for (int i = 0; i < TILE_OUTPUTS; i++)
            {
                for (int f = 0; f < TILE_OUTPUTS; f++)
                    part[i][f] = MULTIPLY_ADD(own_images[i], own_weights[f], part[i][f]);
            }
        }
        for (int i = 0; i < TILE_OUTPUTS; i++)
        {
            for (int f = 0; f < TILE_OUTPUTS; f++)
                sums[i][f] += part[i][f];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    lengths += ROW(member, features);
    offsets += ROW(member, features);
    for (int i = 0; i < TILE_OUTPUTS; i++)
    {
        int image = tile_image + y * TILE_OUTPUTS + i;
        for (int f = 0; f < TILE_OUTPUTS; f++)
        {
            int feature = tile_feature + x * TILE_OUTPUTS + f;
            if (image < count && feature < features)
                pre_activations[ROW(image, features) + feature] = fma(is_scaled ? lengths[feature] : 1, sums[i][f], offsets[feature]);
        }
    }
}
