namespace Tangram;

/// <summary>Where a training runs, and why there.</summary>
public sealed record DeviceChoice
{
    private readonly IReadOnlyList<string> _passedOver;

    internal DeviceChoice(Device device, Precision precision, string reason, IReadOnlyList<string>? passedOver = null) =>
        (Device, Arithmetic, Reason, _passedOver) = (device, precision, reason, passedOver ?? []);

    /// <summary>What trains.</summary>
    public Device Device { get; }

    /// <summary><c>fp32</c> or <c>mixed</c>.</summary>
    public string Precision => Arithmetic.Word();

    /// <summary>Why this device: a clause.</summary>
    public string Reason { get; }

    internal Precision Arithmetic { get; }

    /// <summary>The same device in float32.</summary>
    /// <param name="why">A clause that the note has.</param>
    internal DeviceChoice InFloat32(string why) => new(Device, Tangram.Precision.Fp32, Reason, [.. _passedOver, why]);

    /// <summary>The same by something slower than the device has.</summary>
    /// <param name="why">A clause that the note has.</param>
    internal DeviceChoice Slower(string why) => new(Device, Arithmetic, Reason, [.. _passedOver, why]);

    /// <summary>What is worth saying when the training begins: nothing on the CPU, unless a GPU was passed over.</summary>
    internal string? Note
    {
        get
        {
            bool isElsewhere = Device.OpenCl is not null;
            string by = Device.Bf16 is { } bf16 ? $" by {bf16.Name}" : "";
            string where = $"{(isElsewhere ? $"{Device.Name} ({Device.Description})" : "the CPU")}, {(Arithmetic == Tangram.Precision.Mixed ? $"mixed precision{by}" : "fp32")}";
            return _passedOver.Count > 0 ? $"{string.Join("; ", _passedOver)}; training on {where} instead."
                : isElsewhere ? $"Training on {where}."
                : null;
        }
    }
}
