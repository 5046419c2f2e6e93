// Adam: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε). Source: Kingma and Ba, "Adam", 2015.
// Gradients below 2⁻⁵⁰ and moments below 2⁻¹⁰⁰ count as 0, as in every engine. t is counted from a row's birth; corrections[t − 1] is (1/(1 − β₁ᵗ), 1/√(1 − β₂ᵗ)).

typedef struct
{
    float rate;
    float inverse_root;
    float share; // what an average takes of the new value
} adam_step;

static inline adam_step step_at_age(global const float2* corrections, int last_correction, long age, float rate, float average_decay)
{
    float2 correction = corrections[min(age, (long)last_correction) - 1];
    adam_step step = {rate * correction.x, correction.y, fmax(1 - average_decay, 1.0f / age)};
    return step;
}

static inline float zero_below(float value, float least) { return fabs(value) < least ? 0 : value; }

// Steps from `weight` at `place` of a parameter and of what is kept beside it; returns the new weight.
static inline float adam(float weight, float gradient, adam_step step, global float* weights, global float* first_moments, global float* second_moments, global float* averages,
    int has_averages, size_t place)
{
    const float beta1 = 0.9f, beta2 = 0.999f, rest1 = 0.1f, rest2 = 0.001f, epsilon = 1e-8f;
    float g = zero_below(gradient, 0x1p-50f);
    float first = zero_below(fma(beta1, first_moments[place], rest1 * g), 0x1p-100f);
    float second = zero_below(fma(beta2, second_moments[place], rest2 * g * g), 0x1p-100f);
    first_moments[place] = first;
    second_moments[place] = second;
    weight -= step.rate * first / fma(sqrt(second), step.inverse_root, epsilon);
    weights[place] = weight;
    if (has_averages)
        averages[place] = fma(step.share, weight, (1 - step.share) * averages[place]);
    return weight;
}
