using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// The right factor B[K,N] of a product, in the order in which the micro-kernel reads it: panels of <see cref="PanelWidth"/> columns, each
/// [K][PanelWidth] and padded with zeros beyond column N.
/// </summary>
internal sealed unsafe class PackedMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The depth of the slices in which packing goes down the columns of a panel, so that what it writes stays in the first-level cache.
    /// </summary>
    private const int SliceDepth = 256;

    private AlignedBuffer<T> _buffer = new(0);

    /// <summary>NR: the width of two of the widest registers.</summary>
    public static int PanelWidth => 2 * Simd.LaneCount<T>();

    public int Rows { get; private set; }

    public int Columns { get; private set; }

    public int Panels => (Columns + PanelWidth - 1) / PanelWidth;

    /// <summary>Makes room for a matrix of this shape; allocates only if no earlier one was as large.</summary>
    public void Resize(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        if ((long)rows * Panels * PanelWidth > _buffer.Length)
        {
            int length = ArraySize.Of("Packed weights", nameof(columns), ("rows", rows), ("panels", Panels), ("width", PanelWidth));
            _buffer = new AlignedBuffer<T>(length);
        }
    }

    /// <summary>Returns panel <paramref name="panel"/> from row <paramref name="firstRow"/> on.</summary>
    public T* Panel(int firstRow, int panel) => _buffer.Pointer + ((nint)panel * Rows + firstRow) * PanelWidth;

    /// <summary>Packs the panels [firstPanel, endPanel) of B.</summary>
    public void Pack(Strided<T> source, int firstPanel, int endPanel)
    {
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            int firstColumn = panel * PanelWidth, width = Math.Min(PanelWidth, Columns - firstColumn);
            for (int firstRow = 0; firstRow < Rows; firstRow += SliceDepth)
            {
                int depth = Math.Min(SliceDepth, Rows - firstRow);
                Strided<T> origin = source.At(firstRow, firstColumn);
                if (source.ColumnStride == 1)
                {
                    CopySlice(origin, depth, width, Panel(firstRow, panel));
                }
                else
                {
                    TransposeSlice(origin, depth, width, Panel(firstRow, panel));
                }
            }
        }
    }

    private static void CopySlice(Strided<T> source, int depth, int width, T* panel)
    {
        for (int k = 0; k < depth; k++, panel += PanelWidth)
        {
            T* row = source.At(k, 0).Data;
            if (width == PanelWidth)
            {
                Unsafe.CopyBlockUnaligned(panel, row, (uint)(PanelWidth * sizeof(T)));
            }
            else
            {
                new ReadOnlySpan<T>(row, width).CopyTo(new Span<T>(panel, width));
                new Span<T>(panel + width, PanelWidth - width).Clear();
            }
        }
    }

    /// <summary>Packs down the columns, the contiguous direction of a transpose, in squares that are transposed in registers.</summary>
    private static void TransposeSlice(Strided<T> source, int depth, int width, T* panel)
    {
        int square = SquareTranspose<T>.Size, squareWidth = width / square * square, squareDepth = depth / square * square;
        for (int j = 0; j < squareWidth; j += square)
        {
            for (int k = 0; k < squareDepth; k += square)
            {
                SquareTranspose<T>.Run(source.At(k, j).Data, source.ColumnStride, panel + k * PanelWidth + j, PanelWidth);
            }
        }

        for (int k = 0; k < depth; k++)
        {
            for (int j = k < squareDepth ? squareWidth : 0; j < PanelWidth; j++)
            {
                panel[k * PanelWidth + j] = j < width ? *source.At(k, j).Data : T.Zero;
            }
        }
    }
}
