namespace Tangram;

/// <summary>What a training asks of a device, its precision aside.</summary>
/// <param name="Model">The largest model that it comes to.</param>
/// <param name="Batch">Images per step at most.</param>
/// <param name="Threads">Threads of the CPU.</param>
/// <param name="Workspace">Bytes that a step's pre-activations may take.</param>
/// <param name="Extras">What is needed beside the model.</param>
internal sealed record TrainingNeeds(ModelOptions Model, int Batch, int Threads = 1, long Workspace = MemoryPlan.DefaultBudget, SessionExtras Extras = default);
