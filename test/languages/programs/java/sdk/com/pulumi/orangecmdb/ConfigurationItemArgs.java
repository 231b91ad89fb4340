package com.pulumi.orangecmdb;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Import;
import com.pulumi.resources.ResourceArgs;
import java.util.List;

public final class ConfigurationItemArgs extends ResourceArgs {
    @Import(name = "configurationItemId", required = true)
    private Output<String> configurationItemId;

    @Import(name = "track")
    private Output<List<String>> track;

    public static Builder builder() {
        return new Builder();
    }

    public static final class Builder {
        private final ConfigurationItemArgs args = new ConfigurationItemArgs();

        public Builder configurationItemId(String configurationItemId) {
            args.configurationItemId = Output.of(configurationItemId);
            return this;
        }

        public Builder track(String... track) {
            args.track = Output.of(List.of(track));
            return this;
        }

        public ConfigurationItemArgs build() {
            return args;
        }
    }
}
