namespace Animarium.Web.Queue;

/// <summary>Stands for the texts of the queue.</summary>
public sealed class QueueText;
