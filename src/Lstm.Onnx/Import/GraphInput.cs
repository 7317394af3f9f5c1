namespace Lstm.Onnx;

/// <summary>An input or output of a graph: its name, and the type of its elements, 0 where that is not told.</summary>
internal readonly record struct GraphInput(string Name, ElementType Type)
{
    public static GraphInput Read(ReadOnlySpan<byte> bytes)
    {
        (string name, long type) = ("", 0);
        ProtoReader value = new(bytes);
        while (value.Next())
        {
            switch (value.Field)
            {
                case 1: name = value.Text(); break;
                case 2: type = TypeOf(value.Bytes()); break;
                default: value.Skip(); break;
            }
        }

        return new GraphInput(name, (ElementType)type);
    }

    private static long TypeOf(ReadOnlySpan<byte> bytes)
    {
        long type = 0;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            ProtoReader tensor = new(reader.Bytes());
            while (tensor.Next())
            {
                if (tensor.Field == 1)
                {
                    type = tensor.Int64();
                }
                else
                {
                    tensor.Skip();
                }
            }
        }

        return type;
    }
}
