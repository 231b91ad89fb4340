import com.google.gson.JsonSyntaxException;
import com.pulumi.Context;
import com.pulumi.automation.AutomationException;
import com.pulumi.automation.LocalWorkspace;
import com.pulumi.automation.LocalWorkspaceOptions;
import com.pulumi.automation.PreviewOptions;
import com.pulumi.automation.UpOptions;
import com.pulumi.automation.WorkspaceStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs steps of a program by the Automation API, and prints the engine's output: Driver PROGRAM STEP… */
public class Driver {
    private static final Map<String, Consumer<Context>> PROGRAMS = Map.of("example", App::stack, "look-ups", LookUps::stack);

    public static void main(String[] args) throws Exception {
        var options = LocalWorkspaceOptions.builder().workDir(Path.of("").toAbsolutePath()).build();
        try (var stack = LocalWorkspace.createOrSelectStack("java", "test", PROGRAMS.get(args[0]), options)) {
            for (var step : List.of(args).subList(1, args.length)) run(stack, step);
        }
        System.exit(0);
    }

    private static void run(WorkspaceStack stack, String step) throws Exception {
        switch (step) {
            case "preview":
                System.out.println(stack.preview().standardOutput());
                break;
            case "unchanged":
                stack.preview(PreviewOptions.builder().expectNoChanges(true).build());
                break;
            case "up":
                up(stack);
                break;
            case "refresh":
                System.out.println(stack.refresh().standardOutput());
                break;
            case "destroy":
                System.out.println(stack.destroy().standardOutput());
                break;
            default:
                throw new IllegalArgumentException("no such step: " + step);
        }
    }

    /** After an update, version 1.36.1 of the SDK cannot read outputs that are not texts. */
    private static void up(WorkspaceStack stack) throws Exception {
        try {
            stack.up(UpOptions.builder().onStandardOutput(System.out::println).build());
        } catch (AutomationException error) {
            if (!(error.getCause() instanceof JsonSyntaxException)) throw error;
        }
    }
}
