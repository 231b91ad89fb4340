import com.google.gson.Gson;
import com.pulumi.Context;
import com.pulumi.automation.LocalWorkspace;
import com.pulumi.automation.LocalWorkspaceOptions;
import com.pulumi.automation.PreviewOptions;
import com.pulumi.automation.WorkspaceStack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a program of Pulumi by the Automation API: Driver PROGRAM STEP. The work folder is the current folder. */
public class Driver {
    private static final Map<String, Consumer<Context>> PROGRAMS = Map.of("example", App::stack, "look-ups", LookUps::stack);

    public static void main(String[] args) throws Exception {
        var options = LocalWorkspaceOptions.builder().workDir(Path.of("").toAbsolutePath()).build();
        try (var stack = LocalWorkspace.createOrSelectStack("java", "test", PROGRAMS.get(args[0]), options)) {
            var text = run(stack, args[1]);
            var outputs = new HashMap<String, Object>();
            stack.getOutputs().forEach((name, output) -> outputs.put(name, output.value()));
            System.out.println(new Gson().toJson(Map.of("text", text, "outputs", outputs)));
        }
        System.exit(0);
    }

    private static String run(WorkspaceStack stack, String step) throws Exception {
        switch (step) {
            case "preview":
                return stack.preview().standardOutput();
            case "unchanged":
                return stack.preview(PreviewOptions.builder().expectNoChanges(true).build()).standardOutput();
            case "up":
                return stack.up().standardOutput();
            case "refresh":
                return stack.refresh().standardOutput();
            case "destroy":
                return stack.destroy().standardOutput();
            default:
                throw new IllegalArgumentException("no such step: " + step);
        }
    }
}
