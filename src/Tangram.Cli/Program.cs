using Tangram.Cli;

return await TangramCommand.InvokeAsync(args, Console.Out, Console.Error);
