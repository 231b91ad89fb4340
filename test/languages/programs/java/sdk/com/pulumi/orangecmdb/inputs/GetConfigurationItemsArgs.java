package com.pulumi.orangecmdb.inputs;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.InvokeArgs;
import java.util.List;

public final class GetConfigurationItemsArgs extends InvokeArgs {
    @Import(name = "locationId")
    private Output<String> locationId;

    @Import(name = "filters")
    private Output<List<FilterArgs>> filters;

    public static Builder builder() {
        return new Builder();
    }

    public static final class Builder {
        private final GetConfigurationItemsArgs args = new GetConfigurationItemsArgs();

        public Builder locationId(Output<String> locationId) {
            args.locationId = locationId;
            return this;
        }

        public Builder filters(FilterArgs... filters) {
            args.filters = Output.of(List.of(filters));
            return this;
        }

        public GetConfigurationItemsArgs build() {
            return args;
        }
    }
}
