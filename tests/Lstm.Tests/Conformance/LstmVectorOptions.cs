using System.Text.Json;

namespace Lstm.Tests.Conformance;

/// <summary>The options of a reference vector's LSTM.</summary>
internal static class LstmVectorOptions
{
    public static LstmOptions Read(ReferenceVector vector, string prefix)
    {
        JsonElement config = vector.Config;
        string variant = config.TryGetProperty("variant", out JsonElement name) ? name.GetString()! : "V";
        return VariantOf(variant) with
        {
            Peepholes = "ifo".Any(gate => vector.Has("parameters", $"{prefix}p.{gate}")),
            LayerNorm = config.TryGetProperty("layerNorm", out JsonElement norm) && norm.ValueKind != JsonValueKind.Null ? NormOf(config, norm) : null,
            Projection = (int)Number(config, "projection"),
            CellClip = Number(config, "cellClip"),
            ZoneoutCell = Number(config, "zoneoutCell"),
            ZoneoutHidden = Number(config, "zoneoutHidden"),
            RecurrentDropout = vector.Has("inputs", "mask_g") ? 0.2 : 0,
        };
    }

    private static LstmOptions VariantOf(string name) => name switch
    {
        "V" => LstmVariants.Vanilla,
        "NIG" => LstmVariants.NoInputGate,
        "NFG" => LstmVariants.NoForgetGate,
        "NOG" => LstmVariants.NoOutputGate,
        "NIAF" => LstmVariants.NoInputActivation,
        "NOAF" => LstmVariants.NoOutputActivation,
        "CIFG" => LstmVariants.Coupled,
        "NP" => LstmVariants.NoPeepholes,
        "FGR" => LstmVariants.FullGateRecurrence,
        _ => throw new ArgumentException($"There is no variant '{name}'.", nameof(name)),
    };

    private static LayerNormOptions NormOf(JsonElement config, JsonElement norm) => new()
    {
        Gates = Enum.Parse<GatePlacement>(norm.GetProperty("gates").GetString()!, ignoreCase: true),
        GateShift = norm.GetProperty("gateShift").GetBoolean(),
        Cell = Enum.Parse<CellPlacement>(norm.GetProperty("cell").GetString()!, ignoreCase: true),
        Bias = config.GetProperty("bias").GetBoolean(),
        Epsilon = norm.GetProperty("epsilon").GetDouble(),
    };

    private static double Number(JsonElement config, string name) => config.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
}
