namespace Animarium.Diffusion.Weights;

/// <summary>What is wrong with a file that should hold tensors.</summary>
public enum SafeTensorsProblem
{
    /// <summary>Another kind of file, or a header that contradicts itself.</summary>
    NotSafeTensors,

    /// <summary>A pickle, which could run code; it is never opened.</summary>
    Pickle,

    /// <summary>The file ends before its tensors do.</summary>
    Truncated,

    /// <summary>Tensors in a type or quantisation that can't be computed with.</summary>
    UnsupportedType,
}

/// <summary>A file of tensors can't be read: the message names the file, the tensor and the byte, and says what to do.</summary>
public sealed class SafeTensorsException : Exception
{
    /// <summary>About one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">For programs.</param>
    /// <param name="text">For people: what is wrong and what to do, without the file's name.</param>
    /// <param name="inner">What the reader of the JSON or the system said.</param>
    public SafeTensorsException(string path, SafeTensorsProblem problem, Sentence text, Exception? inner = null) : base($"{path}: {text.English}", inner) =>
        (Path, Problem, Text) = (path, problem, new(Message, $"{path}: {text.Japanese}"));

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong, for programs.</summary>
    public SafeTensorsProblem Problem { get; }

    /// <summary>The message in both languages.</summary>
    public Sentence Text { get; }
}
