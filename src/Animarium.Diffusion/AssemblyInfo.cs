using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Animarium.Diffusion.Tests")]
[assembly: InternalsVisibleTo("Animarium.Parity")]
[assembly: InternalsVisibleTo("Animarium.Bench")]
[assembly: InternalsVisibleTo("Animarium.Recipe")]
[assembly: InternalsVisibleTo("Animarium.Recipe.Tests")]
