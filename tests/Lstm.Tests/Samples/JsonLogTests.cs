using Lstm.Samples;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Samples;

public sealed class JsonLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>JSON has no such numbers; a training that diverges must not lose its log by them.</summary>
    [Fact]
    public void Numbers_that_are_not_finite_are_texts()
    {
        JsonLog log = new(_folder["log"]);

        log.Append(new { loss = double.NaN, norm = float.PositiveInfinity, least = (double?)double.NegativeInfinity });
        log.Append(new { loss = 0.5, all = (double[])[1, double.NaN] });

        File.ReadAllLines(_folder["log"]).Should().Equal(
            """{"loss":"NaN","norm":"Infinity","least":"-Infinity"}""", """{"loss":0.5,"all":[1,"NaN"]}""");
    }

    [Fact]
    public void A_link_stays_and_its_target_is_written()
    {
        File.CreateSymbolicLink(_folder["log"], "real");

        new JsonLog(_folder["log"]).Append(new { epoch = 1 });

        new FileInfo(_folder["log"]).LinkTarget.Should().Be("real");
        File.ReadAllText(_folder["real"]).Should().Be("{\"epoch\":1}\n");
    }

    /// <summary>Before the training, and without waiting for who might read a pipe.</summary>
    [UnixFact]
    public void A_model_into_a_pipe_is_refused_at_once()
    {
        UnixCalls.MakePipe(_folder["pipe"]);

        FluentActions.Invoking(() => OutputFile.CheckWritable(_folder["pipe"])).Should().Throw<UserException>().WithMessage("cannot write the model to*it is a pipe*");
    }
}
