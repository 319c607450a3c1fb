/** A certificate authority of the lab's own, and certificates it signed for loopback. Made by openssl. */
import {execFileSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

interface Certificates {
  /** PEM text of the authority: what a client must trust. */
  readonly ca: string
  readonly keyFile: string
  readonly certificateFile: string
}

/** @param folder where the files go; good for `localhost`, 127.0.0.1 and ::1 for ten days */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, {cwd: folder, stdio: 'pipe'})
  const key = (file: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    file,
  ]
  openssl(
    'req',
    '-x509',
    ...key('ca.key'),
    '-out',
    'ca.pem',
    '-days',
    '10',
    '-subj',
    '/CN=Commodarr lab authority',
  )
  openssl('req', ...key('server.key'), '-out', 'server.csr', '-subj', '/CN=localhost')
  writeFileSync(at('names.cnf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n')
  const signed = [
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '10',
    '-extfile',
    'names.cnf',
  ]
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signed)
  return {
    ca: readFileSync(at('ca.pem'), 'utf8'),
    keyFile: at('server.key'),
    certificateFile: at('server.pem'),
  }
}
