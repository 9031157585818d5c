using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Animarium.Studio.Images;

/// <summary>Our JSON as one property of an XMP packet, where editors keep what they do not know.</summary>
internal static class Xmp
{
    private static readonly XNamespace Meta = "adobe:ns:meta/", Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", Ours = "urn:animarium:metadata:1#";

    /// <summary>A packet. Line breaks inside the JSON survive because they are written as character references.</summary>
    public static byte[] Write(string json)
    {
        var packet = new XElement(Meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", Meta),
            new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf),
                new XElement(Rdf + "Description", new XAttribute(Rdf + "about", ""), new XAttribute(XNamespace.Xmlns + "animarium", Ours),
                    new XElement(Ours + "parameters", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(json))))));
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize, CheckCharacters = false, Encoding = new UTF8Encoding(false) };
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, settings)) packet.Save(writer);
        return stream.ToArray();
    }

    /// <summary>The JSON of a packet, null if there is none. Entities and document types are refused.</summary>
    public static string? Read(byte[] packet)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false };
            using var reader = XmlReader.Create(new MemoryStream(packet), settings);
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element) continue;
                if (reader.LocalName == "parameters" && reader.NamespaceURI == Ours) return reader.ReadElementContentAsString();
                if (reader.GetAttribute("parameters", Ours.NamespaceName) is { } attribute) return attribute;
            }
        }
        catch (XmlException)
        {
            // A damaged packet holds no description.
        }
        return null;
    }
}
