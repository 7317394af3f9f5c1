using System.Globalization;
using Lstm;
using Lstm.CheckpointProcess;

// FOLDER WEIGHTS hand|trainer [MOST]: trains to the end from the newest checkpoint of a folder, and then saves the model. Made to be killed: before it
// saves more than MOST checkpoints, it waits for that, or for the end of its input, which is the end of who was to kill it.
// save PATH: saves a model there, and tells how that fails.
if (args is ["save", string file])
{
    try
    {
        Recipe.CreateModel().Save(file);
        return 0;
    }
    catch (IOException error)
    {
        Console.WriteLine(error.Message);
        return 1;
    }
}

if (args is not [string path, string weights, "hand" or "trainer", .. string[] rest] || rest.Length > 1)
{
    Console.Error.WriteLine("Expected FOLDER WEIGHTS hand|trainer [MOST], or save PATH.");
    return 2;
}

int left = rest is [string most] ? int.Parse(most, CultureInfo.InvariantCulture) : int.MaxValue;
CheckpointFolder<float> folder = new(path, keep: 2);
Checkpoint<float>? checkpoint = folder.LoadNewest(Console.WriteLine);
Console.WriteLine($"from {checkpoint?.Step ?? 0}");
Sequential<float> model = Recipe.CreateModel();
if (args[2] == "hand")
{
    HandWrittenLoop.Run(model, Save, checkpoint);
}
else
{
    TrainerLoop.Run(model, Save, checkpoint);
}

model.Save(weights);
return 0;

void Save(Checkpoint<float> state)
{
    if (left-- == 0)
    {
        Console.In.ReadToEnd();
    }

    folder.Save(state);
    Console.WriteLine($"saved {state.Step}");
}
