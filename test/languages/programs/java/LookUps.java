import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.pulumi.Context;
import com.pulumi.core.Output;
import com.pulumi.core.TypeShape;
import com.pulumi.core.annotations.Import;
import com.pulumi.deployment.Deployment;
import com.pulumi.resources.InvokeArgs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program that makes the look-ups of LOOK_UPS, each in its plain form and in its output form. */
class LookUps {
    private static final TypeShape<Map<String, Object>> ANSWER = TypeShape.map(String.class, Object.class);

    static void stack(Context ctx) {
        var plain = new ArrayList<Output<Map<String, Object>>>();
        var outputs = new ArrayList<Output<Map<String, Object>>>();
        for (var element : new Gson().fromJson(System.getenv("LOOK_UPS"), JsonArray.class)) {
            var look = element.getAsJsonObject();
            var token = "orange-cmdb:index:get" + look.get("what").getAsString();
            var args = new Args(look.getAsJsonObject("args"));
            plain.add(Output.of(Deployment.getInstance().invokeAsync(token, ANSWER, args)));
            outputs.add(Deployment.getInstance().invoke(token, ANSWER, args));
        }
        ctx.export("plain", Output.all(plain));
        ctx.export("outputs", Output.all(outputs));
    }

    /** The arguments of every look-up. */
    private static final class Args extends InvokeArgs {
        @Import private String id;
        @Import private String name;
        @Import private String locationId;
        @Import private String servicePointId;
        @Import private String where;
        @Import private Integer limit;
        @Import private List<Map<String, Object>> filters;

        Args(JsonObject given) {
            for (var name : given.keySet()) {
                try {
                    var field = Args.class.getDeclaredField(name);
                    field.set(this, new Gson().fromJson(given.get(name), field.getGenericType()));
                } catch (ReflectiveOperationException error) {
                    throw new IllegalArgumentException(error);
                }
            }
        }
    }
}
