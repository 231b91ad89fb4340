package com.pulumi.orangecmdb.inputs;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.InvokeArgs;

public final class GetLocationArgs extends InvokeArgs {
    @Import(name = "id")
    private Output<String> id;

    public static Builder builder() {
        return new Builder();
    }

    public static final class Builder {
        private final GetLocationArgs args = new GetLocationArgs();

        public Builder id(String id) {
            args.id = Output.of(id);
            return this;
        }

        public GetLocationArgs build() {
            return args;
        }
    }
}
