using System.Reflection;
using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Tests.Ros2Loopback;

/// <summary>Messages with something random in every field.</summary>
internal static class RandomMessage
{
    public static T Create<T>(int seed)
        where T : IMessage, new()
    {
        var message = new T();
        Fill(message, new Random(seed));
        return message;
    }

    private static void Fill(object message, Random random)
    {
        foreach (var property in message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
            property.SetValue(message, Value(property.PropertyType, property.GetValue(message)!, random));
    }

    private static object Value(Type type, object old, Random random)
    {
        if (type.IsArray)
        {
            var element = type.GetElementType()!;
            var fixedLength = ((Array)old).Length;
            var array = Array.CreateInstance(element, fixedLength > 0 ? fixedLength : random.Next(1, 20));
            for (var i = 0; i < array.Length; i++) array.SetValue(Value(element, element == typeof(string) ? "" : Activator.CreateInstance(element)!, random), i);
            return array;
        }
        if (typeof(IMessage).IsAssignableFrom(type))
        {
            Fill(old, random);
            return old;
        }
        if (type == typeof(string)) return new string('a', random.Next(0, 9)) + "\u00e4";
        if (type == typeof(bool)) return random.Next(2) == 1;
        if (type == typeof(float)) return random.NextSingle();
        return Convert.ChangeType(random.Next(0, 127), type);
    }
}
