using System.Collections;
using System.Numerics;
using System.Reflection;

namespace Lstm.Tests.Subnormals;

/// <summary>
/// Finds every array of numbers that objects hold, however deep, so that a buffer that is added later is looked into as well.
/// </summary>
internal static class NumberWalk
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Returns how many numbers there are in all arrays, and the paths of those that are subnormal.</summary>
    public static (long Count, List<string> Subnormal) Of<T>(params object[] roots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long count = 0;
        List<string> subnormal = [];
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Queue<(object Item, string Path)> open = new(roots.Select(root => (root, root.GetType().Name)));
        while (open.TryDequeue(out (object Item, string Path) next))
        {
            if (!seen.Add(next.Item))
            {
                continue;
            }

            if (next.Item is T[] numbers)
            {
                count += numbers.Length;
                int found = numbers.Count(T.IsSubnormal);
                if (found > 0)
                {
                    int first = Array.FindIndex(numbers, T.IsSubnormal);
                    subnormal.Add($"{next.Path}: {found} of {numbers.Length}, the first is [{first}] = {numbers[first]}");
                }
            }
            else
            {
                foreach ((object child, string name) in Children(next.Item))
                {
                    open.Enqueue((child, $"{next.Path}.{name}"));
                }
            }
        }

        return (count, subnormal);
    }

    private static IEnumerable<(object Child, string Name)> Children(object item)
    {
        if (item is Array array)
        {
            if (array.GetType().GetElementType()!.IsPrimitive)
            {
                yield break;
            }

            int index = 0;
            foreach (object? element in (IEnumerable)array)
            {
                if (element != null)
                {
                    yield return (element, $"[{index}]");
                }

                index++;
            }

            yield break;
        }

        for (Type? type = item.GetType(); type != null && IsOurs(type); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(Fields))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsPrimitive && field.GetValue(item) is object child)
                {
                    yield return (child, field.Name);
                }
            }
        }
    }

    /// <summary>The library's types, and the collections and tuples that it keeps them in.</summary>
    private static bool IsOurs(Type type) => type.Assembly == typeof(Sequential<>).Assembly
        || type.Namespace is "System.Collections.Generic" or "System.Collections.ObjectModel"
        || type.FullName?.StartsWith("System.ValueTuple", StringComparison.Ordinal) == true;
}
