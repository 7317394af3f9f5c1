namespace Lstm.Onnx;

/// <summary>The equations of one recurrent layer as nodes: as one operator where that can express them, else step by step.</summary>
internal interface ICellNodes
{
    /// <summary>Whether an operator of ONNX has the equations.</summary>
    bool IsOperator { get; }

    /// <summary>Adds the operator, and returns the outputs [T,B,output].</summary>
    string AddOperator(string input);

    /// <summary>Adds what does not depend on the step before, and returns it: [T,B,columns of all gates].</summary>
    string AddProjection(string input, bool isTokens);

    /// <summary>
    /// Adds one step without zoneout to the body of a loop, and returns the new states, in the order of the cell's, that of the output
    /// first.
    /// </summary>
    string[] AddStep(OnnxGraph body, string projection, string[] before);
}
