using System.Numerics;

namespace Lstm.Kernels;

/// <summary>
/// The right factor B[K,N] of a product in the order in which the micro-kernel reads it: blocks of <see cref="BlockDepth"/> rows, in them
/// panels of <see cref="PanelWidth"/> columns, each [depth][PanelWidth] and filled up with zeros beyond column N.
/// </summary>
internal sealed unsafe class PackedMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _buffer = new(0);

    /// <summary>KC of the BLIS papers: a panel of this depth, 16 KiB, stays in the first-level cache.</summary>
    public const int BlockDepth = 256;

    /// <summary>NR: two registers.</summary>
    public static int PanelWidth => 2 * Vector<T>.Count;

    public int Rows { get; private set; }

    public int Columns { get; private set; }

    public int Panels => (Columns + PanelWidth - 1) / PanelWidth;

    /// <summary>Makes room for a matrix of this shape; allocates only if there was never one as large.</summary>
    public void Resize(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        int length = checked(rows * Panels * PanelWidth);
        if (length > _buffer.Length)
        {
            _buffer = new AlignedBuffer<T>(length);
        }
    }

    /// <summary>Panel <paramref name="panel"/> of the block of rows that starts at <paramref name="firstRow"/>.</summary>
    public T* Panel(int firstRow, int panel)
    {
        int depth = Math.Min(BlockDepth, Rows - firstRow);
        return _buffer.Pointer + (nint)firstRow * Panels * PanelWidth + (nint)panel * depth * PanelWidth;
    }

    /// <summary>Packs the panels [firstPanel, endPanel) of B.</summary>
    public void Pack(T* source, nint rowStride, nint columnStride, int firstPanel, int endPanel)
    {
        for (int firstRow = 0; firstRow < Rows; firstRow += BlockDepth)
        {
            int depth = Math.Min(BlockDepth, Rows - firstRow);
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                int firstColumn = panel * PanelWidth;
                T* origin = source + firstRow * rowStride + firstColumn * columnStride;
                PackPanel(origin, rowStride, columnStride, depth, Math.Min(PanelWidth, Columns - firstColumn), Panel(firstRow, panel));
            }
        }
    }

    private static void PackPanel(T* source, nint rowStride, nint columnStride, int depth, int width, T* panel)
    {
        if (columnStride == 1)
        {
            for (int k = 0; k < depth; k++, source += rowStride, panel += PanelWidth)
            {
                new ReadOnlySpan<T>(source, width).CopyTo(new Span<T>(panel, width));
                new Span<T>(panel + width, PanelWidth - width).Clear();
            }

            return;
        }

        // Down the columns, which are the contiguous direction of a transpose.
        for (int j = 0; j < PanelWidth; j++)
        {
            T* column = source + j * columnStride;
            for (int k = 0; k < depth; k++)
            {
                panel[k * PanelWidth + j] = j < width ? column[k * rowStride] : T.Zero;
            }
        }
    }
}
