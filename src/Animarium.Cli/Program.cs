return Animarium.Cli.Invocation.Run(args);
