import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.openapitools.openapidiff.core.OpenApiCompare;
import org.openapitools.openapidiff.core.model.ChangedOpenApi;
import org.openapitools.openapidiff.core.output.ConsoleRender;

/** openapi-diff's library as a command: compare two files, print its report for a console and, last, its verdict. */
public final class OpenApiDiff {
    private OpenApiDiff() {}

    public static void main(String[] files) throws Exception {
        ChangedOpenApi found = OpenApiCompare.fromLocations(files[0], files[1]);
        // The renderer closes what it writes to, and the verdict follows it.
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        new ConsoleRender().render(found, new OutputStreamWriter(report, StandardCharsets.UTF_8));
        System.out.println(report.toString(StandardCharsets.UTF_8));
        System.out.printf(
            "%s: %d operations changed, %d added, %d removed%n",
            found.isChanged().getValue(),
            found.getChangedOperations().size(),
            found.getNewEndpoints().size(),
            found.getMissingEndpoints().size());
    }
}
