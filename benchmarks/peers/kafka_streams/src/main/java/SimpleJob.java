import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Peer: the simple job of jobs.py in Kafka Streams, exactly once, its state in RocksDB. */
public final class SimpleJob {
    private static final String STORE = "seen";

    public static void main(String[] arguments) {
        Map<String, String> told = System.getenv();
        Topology topology = new Topology();
        topology.addSource(
                "raw",
                Serdes.ByteArray().deserializer(),
                Serdes.ByteArray().deserializer(),
                told.get("PEER_RAW"));
        topology.addProcessor("work", Work::new, "raw");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE), Serdes.Long(), Serdes.Long()),
                "work");
        topology.addSink(
                "out",
                told.get("PEER_OUT"),
                Serdes.ByteArray().serializer(),
                Serdes.ByteArray().serializer(),
                "work");

        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, told.get("PEER_NAME"));
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, told.get("PEER_KAFKA"));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, told.get("PEER_FOLDER"));
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                Runtime.getRuntime().availableProcessors());
        settings.put("auto.offset.reset", "earliest");
        KafkaStreams streams = new KafkaStreams(topology, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static final class Work implements Processor<byte[], byte[], byte[], byte[]> {
        private static final ObjectMapper JSON = new ObjectMapper();
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<Long, Long> seen;

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
            seen = given.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            try {
                ObjectNode article = (ObjectNode) JSON.readTree(record.value());
                int known = 0;
                for (String line : article.get("content").asText().split("\n")) {
                    long hash = hashed(line);
                    if (seen.get(hash) != null) {
                        known++;
                    } else {
                        seen.put(hash, record.timestamp());
                    }
                }
                article.put("seen", known);
                context.forward(record.withValue(JSON.writeValueAsBytes(article)));
            } catch (java.io.IOException error) {
                throw new java.io.UncheckedIOException(error);
            }
        }

        /** FNV-1a, 64 bits. */
        private static long hashed(String line) {
            long hash = 0xcbf29ce484222325L;
            for (int place = 0; place < line.length(); place++) {
                hash = (hash ^ line.charAt(place)) * 0x100000001b3L;
            }
            return hash;
        }
    }
}
