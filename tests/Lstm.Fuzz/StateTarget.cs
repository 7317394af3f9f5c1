namespace Lstm.Fuzz;

/// <summary>The state of an optimiser.</summary>
internal sealed class StateTarget : Target
{
    private readonly Adam<float> _adam = Create(steps: 1);

    public StateTarget()
        : base("state", SoundFiles.Bytes(path => Create(steps: 3).State.Save(path)))
    {
    }

    public override byte[] Snapshot() => SoundFiles.Bits(_adam.State);

    public override void Read(string path) => _adam.Restore(NamedState<float>.Load(path));

    public override bool IsDocumented(Exception error) => error is InvalidDataException or ArgumentException;

    private static Adam<float> Create(int steps)
    {
        Sequential<float> model = new(new Dense<float>(3, 2));
        Adam<float> adam = new(model.Parameters);
        for (int k = 0; k < steps; k++)
        {
            model.Parameters.Gradients.Fill(k + 1);
            adam.Step();
        }

        return adam;
    }
}
