/** A web server behind a certificate of its own making, which nobody trusts unless told to. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TlsWeb extends AsyncDisposable {
  /** Of `localhost`, for which the certificate is good. */
  readonly origin: string;
  /** Of the same server by its address, for which it is not. */
  readonly otherName: string;
  readonly certificate: string;
  /** Paths that were asked for. */
  readonly seen: readonly string[];
}

/** Answers `{"n":1}` to everything. */
export async function startTlsWeb(): Promise<TlsWeb> {
  const { key, cert } = selfSigned();
  const seen: string[] = [];
  const server = createServer({ key, cert }, ({ url = '' }, response) => {
    seen.push(url);
    response.setHeader('content-type', 'application/json').end('{"n":1}');
  });
  // Whoever does not trust the certificate hangs up.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://localhost:${port}`,
    otherName: `https://127.0.0.1:${port}`,
    certificate: cert,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function selfSigned(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost`;
    const names = ['-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...made.split(' '), ...names, '-keyout', key, '-out', cert], {
      stdio: 'pipe',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
