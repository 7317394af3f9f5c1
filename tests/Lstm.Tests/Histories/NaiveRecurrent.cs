namespace Lstm.Tests.Histories;

/// <summary>A cell, step by step.</summary>
internal sealed class NaiveRecurrent(NaiveCell cell) : NaiveLayer
{
    public override IEnumerable<NaiveState> States => cell.States.Select(state => new NaiveState(state.Name, state.Size));

    public override Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at)
    {
        Var[][] states = [.. cell.States.Select(state => scope.State(state.Name))], outputs = new Var[sequence.Length][];
        for (int t = 0; t < sequence.Length; t++)
        {
            states = cell.Step(scope.Parameter, sequence[t], states, at, t);
            outputs[t] = states[0];
        }

        for (int k = 0; k < states.Length; k++)
        {
            scope.SetState(cell.States[k].Name, states[k]);
        }

        return outputs;
    }
}
