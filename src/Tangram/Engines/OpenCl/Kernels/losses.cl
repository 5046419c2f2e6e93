// Each image's squared error, from its parts; a member with one that isn't finite spoils the step.

kernel WORK_GROUP
void add_errors(global const float* error_parts, int parts, int count, global float* errors, long first_code, global int* flags, int member)
{
    int image = get_global_id(0);
    if (image >= count)
        return;
    float sum = 0;
    for (int part = 0; part < parts; part++)
        sum += error_parts[ROW(image, parts) + part];
    errors[first_code + image] = sum;
    if (!isfinite(sum))
        flags[member] = 1;
}

kernel WORK_GROUP
void check_distances(global const float* distances, int count, long first_code, global int* flags, int member)
{
    int image = get_global_id(0);
    if (image < count && !isfinite(distances[first_code + image]))
        flags[member] = 1;
}
