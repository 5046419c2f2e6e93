using Tangram.Cli;

using var interrupts = new Interrupts();
return await TangramCommand.InvokeAsync(args, Console.Out, Console.Error, interrupts.Token);
