package com.pulumi.orangecmdb.inputs;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.ResourceArgs;
import java.util.List;

public final class FilterArgs extends ResourceArgs {
    @Import(name = "name", required = true)
    private Output<String> name;

    @Import(name = "values", required = true)
    private Output<List<String>> values;

    public static Builder builder() {
        return new Builder();
    }

    public static final class Builder {
        private final FilterArgs args = new FilterArgs();

        public Builder name(String name) {
            args.name = Output.of(name);
            return this;
        }

        public Builder values(String... values) {
            args.values = Output.of(List.of(values));
            return this;
        }

        public FilterArgs build() {
            return args;
        }
    }
}
