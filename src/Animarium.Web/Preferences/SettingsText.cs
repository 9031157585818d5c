namespace Animarium.Web.Preferences;

/// <summary>Stands for the texts of the page of settings.</summary>
public sealed class SettingsText;
