using Lstm.PublicApi.Tests.Cells;

namespace Lstm.PublicApi.Tests;

/// <summary>What is wrong with a cell is told where it is declared, put into a layer, or run.</summary>
public sealed class CellDeclarationTests
{
    public static TheoryData<string, string> WrongArguments => new()
    {
        { "a product of wrong sizes", "*matrix of 3 columns, as 'h' has, with 3 rows for 'g' from row 0 on, but got R?3,4?*" },
        { "a product from rows beyond the matrix", "*with 3 rows for 'g' from row 1 on, but got R?3,3?*" },
        { "a product with a vector", "*Expected a matrix*but got v?3?*" },
        { "a product from a gate", "*Expected a state, or a signal that an earlier stage writes, but 'g' is neither*" },
        { "a product from a signal too early", "*Expected a state, or a signal that an earlier stage writes, but 's' is neither*" },
        { "a product from what a product gives", "*Expected a state, or a signal that an earlier stage writes, but 's' is neither*" },
        { "a product to a state", "*Expected gates, or a signal that no other product gives or reads, but 'h' is neither*" },
        { "two products to a signal", "*Expected gates, or a signal that no other product gives or reads, but 's' is neither*" },
        { "a block of another cell", "*Expected a block that this cell has declared, but 'h' is another cell's*" },
        { "a gate of another cell", "*Expected a block that this cell has declared, but 'g' is another cell's*" },
        { "weights of another cell", "*Expected a parameter that this cell has declared, but 'R' is not*" },
        { "a signal that is dropped for some products", "*'s' to be dropped for all its products, which are of one stage, or for none*" },
        { "a range from right to left", "*Expected a gate at or after 'o', but got 'g'*" },
        { "two outputs", "*Expected one output, but 'h' is the output already*" },
        { "two states of a name", "*has declared 'h' already*" },
        { "two gates of a name", "*has declared 'g' already*" },
        { "two parameters of a name", "*parameter 'R' already*" },
        { "a gate of no size", "*Expected 'o' to have a size of 1 or more*" },
        { "a cell of an unknown activation", "*activation*" },
        { "a zoneout of 1", "*zoneout*" },
        { "a mask that drops all", "*rate*" },
    };

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public void A_wrong_argument_is_told(string what, string message)
    {
        Action declare = () => _ = new DeclaredCell(cell => DeclareWrongly(cell, what));

        declare.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void A_gate_comes_before_the_weights_of_the_input()
    {
        Action declare = () => _ = new DeclaredCell(cell =>
        {
            DeclaredCell.Smallest(cell);
            cell.AddGate("late");
        });

        declare.Should().Throw<InvalidOperationException>()
            .WithMessage("Gate 'late' has no columns of W: add gates before AddInputWeights and AddBias.");
    }

    [Fact]
    public void Input_weights_and_a_bias_are_declared_once_and_after_the_gates()
    {
        foreach (Action<DeclaredCell> wrong in (Action<DeclaredCell>[])
        [
            cell => cell.AddInputWeights(),
            cell => cell.AddBias(),
            cell => Twice(cell, () => cell.AddInputWeights()),
            cell => Twice(cell, () => cell.AddBias()),
        ])
        {
            Action declare = () => _ = new DeclaredCell(wrong);

            declare.Should().Throw<InvalidOperationException>().WithMessage("Expected one call of Add*, after all gates.");
        }

        static void Twice(DeclaredCell cell, Action add)
        {
            cell.AddGate("g");
            add();
            add();
        }
    }

    [Fact]
    public void A_layer_takes_no_cell_that_lacks_something()
    {
        DeclaredCell withoutOutput = new(cell =>
        {
            cell.AddGate("g");
            cell.AddState("h");
            cell.AddInputWeights();
        });
        DeclaredCell withoutWeights = new(cell =>
        {
            cell.AddGate("g");
            cell.AddState("h", isOutput: true);
        });
        Action noOutput = () => _ = new RecurrentLayer<double>(withoutOutput);
        Action noWeights = () => _ = new RecurrentLayer<double>(withoutWeights);
        Action noCell = () => _ = new RecurrentLayer<double>(null!);

        noOutput.Should().Throw<InvalidOperationException>().WithMessage("The cell's constructor has to add a state with isOutput: true.");
        foreach (RecurrentOptions options in (RecurrentOptions[])[new() { HiddenDropout = 0.5 }, new() { WeightDropout = 0.5 }])
        {
            FluentActions.Invoking(() => new RecurrentLayer<double>(new IndependentCell<double>(2, 3, options)))
                .Should().Throw<InvalidOperationException>().WithMessage("*Dropout drops in products with 'h', but the cell declares none.");
        }
        noWeights.Should().Throw<InvalidOperationException>().WithMessage("The cell's constructor has to call AddInputWeights*");
        noCell.Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void A_bias_comes_after_all_gates()
    {
        Action create = () => _ = new DeclaredCell(cell =>
        {
            cell.AddGate("a");
            cell.AddBias();
            cell.AddGate("b");
        });

        create.Should().Throw<InvalidOperationException>().WithMessage("Gate 'b' has no columns of W*");
    }

    /// <summary>An initialiser would leave rows at 0 that are in no block.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(2)]
    public void Blocks_divide_the_rows(int blocks)
    {
        Action create = () => _ = new DeclaredCell(cell =>
        {
            cell.AddGate("g");
            cell.AddWeights("R", 7, 3, blocks);
        });

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("blocks").WithMessage("*parameter 'R'*is 7*");
    }

    /// <summary>An LSTM declares all that it has: what a derived class adds would be a stage that it knows nothing of.</summary>
    [Fact]
    public void An_lstm_takes_no_declarations_of_others()
    {
        Action create = () => _ = new LateLstmCell();

        create.Should().Throw<InvalidOperationException>().WithMessage("The cell's declarations have ended*");
    }

    [Fact]
    public void A_cell_serves_one_layer()
    {
        DeclaredCell cell = new(DeclaredCell.Smallest);
        _ = new RecurrentLayer<double>(cell);
        Action again = () => _ = new RecurrentLayer<double>(cell);

        again.Should().Throw<ArgumentException>().WithMessage("*belongs to another one already*");
    }

    [Fact]
    public void Nothing_is_declared_once_the_cell_is_in_a_layer()
    {
        DeclaredCell cell = new(DeclaredCell.Smallest);
        _ = new RecurrentLayer<double>(cell);
        foreach (Action declare in (Action[])
        [
            () => cell.AddGate("late"), () => cell.AddState("late"), () => cell.AddCache("late"), () => cell.AddSignal("late"),
            () => cell.AddMask("late", 0.5), () => cell.AddVector("late"), () => cell.AddWeights("late", 3, 3), cell.EndStage,
        ])
        {
            declare.Should().Throw<InvalidOperationException>().WithMessage("The cell's declarations have ended*");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_state_of_the_step_before_is_read_only_where_that_is_declared(int threads)
    {
        DeclaredCell cell = new(
            DeclaredCell.Smallest, forward: (DeclaredCell self, in CellStep<double> step) => step.Before(self.States[0], 0));

        Running(cell, threads).Should().Throw<ArgumentException>().WithMessage("*declared with isRead: true, but 'h' is not*");
    }

    [Fact]
    public void A_row_out_of_range_is_told()
    {
        foreach (int row in (int[])[-1, 4])
        {
            DeclaredCell cell = new(
                DeclaredCell.Smallest, forward: (DeclaredCell self, in CellStep<double> step) => step[self.Gates[0], row].Clear());

            Running(cell, threads: 1).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Expected a row from 0 to 3*");
        }
    }

    [Fact]
    public void A_step_has_what_its_own_cell_has_declared()
    {
        DeclaredCell other = new(DeclaredCell.Smallest);
        DeclaredCell cell = new(
            DeclaredCell.Smallest, forward: (DeclaredCell _, in CellStep<double> step) => step[other.States[0], 0].Clear());

        Running(cell, threads: 1).Should().Throw<ArgumentException>().WithMessage("*'h' is another cell's*");
    }

    [Fact]
    public void A_signal_that_no_product_reads_has_no_gradient()
    {
        SignalBlock? signal = null;
        DeclaredCell cell = new(
            self =>
            {
                DeclaredCell.Smallest(self);
                signal = self.AddSignal("s");
            },
            backward: (DeclaredCell _, in CellStep<double> step) => step.Gradient(signal!, 0).Clear());

        Running(cell, threads: 1).Should().Throw<ArgumentException>().WithMessage("*signal that a product reads, but 's' is not one*");
    }

    [Fact]
    public void Gates_of_different_sizes_have_a_matrix_without_rows_of_zeros()
    {
        DeclaredCell cell = new(self =>
        {
            GateRange all = self.RangeOf(self.AddGate("one", size: 1), self.AddGate("six", size: 6));
            StateBlock h = self.AddState("h", isOutput: true);
            self.AddInputWeights();
            self.AddProduct("R", h, all);
            self.AddBias();
        });
        Sequential<double> model = new(new RecurrentLayer<double>(cell));

        cell.InputWeights.Shape.ToArray().Should().Equal(7, 2);
        foreach (Parameter<double> matrix in model.Parameters.Where(parameter => parameter.IsMatrix))
        {
            double[] values = matrix.Value.ToArray();
            values.Chunk(values.Length / 7).Should().OnlyContain(row => row.Any(value => value != 0), matrix.Name);
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(2, 1)]
    public void An_exception_of_a_cell_comes_to_the_caller_whoever_works(int threads, int batch)
    {
        foreach (int failing in (int[])[1, 2, 5])
        {
            int calls = 0;
            FailingCell cell = new(hiddenSize: 70, () => Interlocked.Increment(ref calls) == failing);
            Bptt<double> bptt = new(new Sequential<double>(new RecurrentLayer<double>(cell)), 6, batch, new() { Threads = threads });
            Action forward = () => bptt.Forward(new double[6 * batch * 2]);

            forward.Should().Throw<NotFiniteNumberException>();
            forward.Should().NotThrow("the next window is a new one");
        }
    }

    private static Action Running(DeclaredCell cell, int threads) => () =>
    {
        Bptt<double> bptt = new(new Sequential<double>(new RecurrentLayer<double>(cell)), 2, batch: 4, new() { Threads = threads });
        bptt.Forward(new double[2 * 4 * 2]);
        bptt.Backward();
    };

    private static void DeclareWrongly(DeclaredCell cell, string what)
    {
        DeclaredCell other = new(DeclaredCell.Smallest);
        Gate gate = cell.AddGate("g"), output = cell.AddGate("o", what == "a gate of no size" ? 0 : 3);
        StateBlock h = cell.AddState("h", isOutput: true);
        SignalBlock signal = cell.AddSignal("s");
        if (what == "two gates of a name")
        {
            cell.AddGate("g");
        }

        cell.AddInputWeights();
        switch (what)
        {
            case "a product of wrong sizes": cell.AddProduct(cell.AddWeights("R", 3, 4), h, gate); break;
            case "a product from rows beyond the matrix": cell.AddProduct(cell.AddWeights("R", 3, 3), h, gate, firstRow: 1); break;
            case "a product with a vector": cell.AddProduct(cell.AddVector("v").Parameter, h, gate); break;
            case "a product from a gate": cell.AddProduct("R", gate, output); break;
            case "a product from a signal too early": cell.AddProduct("R", signal, gate); break;
            case "a product from what a product gives": FromResult(); break;
            case "a product to a state": cell.AddProduct("R", h, h); break;
            case "two products to a signal": Repeat(() => cell.AddProduct($"R{cell.Parameters.Count}", h, signal)); break;
            case "a block of another cell": cell.AddProduct("R", other.States[0], gate); break;
            case "a gate of another cell": cell.RangeOf(gate, other.Gates[0]); break;
            case "weights of another cell": cell.AddProduct(other.Parameters[1], h, gate); break;
            case "a signal that is dropped for some products": DropForSome(); break;
            case "a range from right to left": cell.RangeOf(output, gate); break;
            case "two outputs": cell.AddState("second", isOutput: true); break;
            case "two states of a name": cell.AddState("h"); break;
            case "two parameters of a name": Repeat(() => cell.AddProduct("R", h, gate)); break;
            case "a cell of an unknown activation": _ = new DeclaredCell(self => self.AddGate("x", activation: (Activation)99)); break;
            case "a zoneout of 1": cell.AddState("z", zoneout: 1); break;
            case "a mask that drops all": cell.AddMask("m", rate: 1); break;
        }

        void FromResult()
        {
            cell.AddProduct("R", h, signal);
            cell.EndStage();
            cell.AddProduct("S", signal, gate);
        }

        void DropForSome()
        {
            Parameter<double> weights = cell.AddWeights("S", 3, 3);
            cell.EndStage();
            cell.AddProduct(weights, signal, gate);
            cell.AddProduct(weights, signal, output, isDropped: true);
        }

        static void Repeat(Action declare)
        {
            declare();
            declare();
        }
    }

    private sealed class LateLstmCell : LstmCell<double>
    {
        public LateLstmCell()
            : base(2, 3)
        {
            EndStage();
        }
    }
}
