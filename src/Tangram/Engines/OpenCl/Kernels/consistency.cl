// pull[a, s] = λ · 2/(BF) · (z_a − mean_{b≠a} z_b) for each activation s of member a, and half of Σ_b ‖z_a − z_b‖² so that the sum over members counts each pair once:
// an activation that another member doesn't share counts its square, a shared one half the squared difference.

kernel WORK_GROUP
void pull_together(global const int* counts, global const int* chosen, global const float* activations, global float* pulls, global float* distances, long first_distance,
    int batch, int members, int slots, float scale, int first)
{
    local float sums[GROUP];
    int image = ROW_OF_GROUP(first), member = get_group_id(0);
    size_t own = ROW(ROW(member, batch) + image, slots);
    float distance = 0;
    for (int slot = get_local_id(0); slot < counts[ROW(member, batch) + image]; slot += GROUP)
    {
        int feature = chosen[own + slot];
        float activation = activations[own + slot], others = 0;
        for (int other = 0; other < members; other++)
        {
            if (other == member)
                continue;
            size_t first = ROW(ROW(other, batch) + image, slots);
            int low = 0, high = counts[ROW(other, batch) + image];
            while (low < high) // features ascend
            {
                int middle = (low + high) / 2;
                if (chosen[first + middle] < feature)
                    low = middle + 1;
                else
                    high = middle;
            }
            int is_shared = low < counts[ROW(other, batch) + image] && chosen[first + low] == feature;
            float theirs = is_shared ? activations[first + low] : 0;
            others += theirs;
            distance += is_shared ? 0.5f * (activation - theirs) * (activation - theirs) : activation * activation;
        }
        pulls[own + slot] = scale * (activation - others / (members - 1));
    }
    distance = sum_of_group(sums, distance);
    if (get_local_id(0) == 0)
        distances[first_distance + ROW(member, batch) + image] = distance;
}
