import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.atomic.AtomicInteger;

import net.dv8tion.jda.api.JDA;
import net.dv8tion.jda.api.JDABuilder;
import net.dv8tion.jda.api.entities.Guild;
import net.dv8tion.jda.api.requests.GatewayIntent;
import net.dv8tion.jda.api.requests.RestConfig;
import net.dv8tion.jda.api.utils.Compression;
import net.dv8tion.jda.api.utils.ConcurrentSessionController;

/** Asks for all members of all guilds with JDA. See ../README.md. */
public final class Peer {
    /** What Java trusts is a store of its own, in a file. */
    private static Path makeTrustStore(String pem) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(Path.of(pem))) {
            store.setCertificateEntry(
                "peer", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = Files.createTempFile("peer", ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        return file;
    }

    public static void main(String[] args) throws Exception {
        long began = System.nanoTime();
        Path trusted = makeTrustStore(System.getenv("PEER_CA"));
        JDA jda = JDABuilder.createDefault(
                System.getenv("DISCORD_TOKEN"), GatewayIntent.GUILD_MEMBERS)
            .setCompression("zlib".equals(System.getenv("PEER_COMPRESS"))
                ? Compression.ZLIB : Compression.NONE)
            .setRestConfig(new RestConfig().setBaseUrl(System.getenv("PEER_REST") + "/"))
            .setSessionController(new ConcurrentSessionController() {
                @Override
                public String getGateway() { // asks nobody: it is a constant
                    return System.getenv("PEER_GATEWAY");
                }
            })
            .build()
            .awaitReady();
        Files.delete(trusted);
        AtomicInteger left = new AtomicInteger(jda.getGuilds().size());
        AtomicInteger members = new AtomicInteger();
        for (Guild guild : jda.getGuilds()) {
            guild.loadMembers().onSuccess(list -> {
                members.addAndGet(list.size());
                if (left.decrementAndGet() == 0) {
                    System.out.printf("{\"members\": %d, \"chunks\": null, \"wall\": %f}%n",
                        members.get(), (System.nanoTime() - began) / 1e9);
                    System.out.flush();
                    Runtime.getRuntime().halt(0);
                }
            }).onError(wrong -> {
                System.err.println(wrong);
                Runtime.getRuntime().halt(1);
            });
        }
    }
}
