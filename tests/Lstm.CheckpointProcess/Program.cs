using Lstm;
using Lstm.CheckpointProcess;

// FOLDER WEIGHTS hand|trainer: trains to the end from the newest checkpoint of a folder, and then saves the model. Made to be killed.
if (args is not [string path, string weights, "hand" or "trainer"])
{
    Console.Error.WriteLine("Expected FOLDER WEIGHTS hand|trainer.");
    return 2;
}

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
    folder.Save(state);
    Console.WriteLine($"saved {state.Step}");
}
