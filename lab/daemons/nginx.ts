/** nginx in front of a daemon, as people run it: basic auth, TLS, a base path, IPv6. The host's own nginx. */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {makeCertificates} from './certificates.ts'
import {freePort} from '../free-port.ts'
import {DaemonProcess, makeFolder} from './process.ts'
import type {ScgiAddress} from './scgi.ts'
import {hostSuite, suites, type Suite} from './suites.ts'

export interface NginxOptions {
  /** What stands behind it: rTorrent's SCGI, or the address of any HTTP server. */
  readonly behind: {readonly scgi: ScgiAddress} | {readonly http: string}
  /** Path below which it answers; `/` = everywhere. The server behind sees the path without it. */
  readonly path: string
  /** Asked by nginx itself; what stands behind does not see it. No colon in the password. */
  readonly basicAuth?: {readonly username: string; readonly password: string} | undefined
  readonly tls?: boolean | undefined
  readonly ipv6?: boolean | undefined
  /** With `proxy_pass` alone, as people begin: it tells nothing of who asks, nor by which name. */
  readonly isBare?: boolean | undefined
}

export interface Nginx {
  /** Origin and path, without a slash at its end. */
  readonly url: string
  /** PEM text of the authority that signed its certificate; `null` without TLS. */
  readonly ca: string | null
  stop(): Promise<void>
}

export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const suite: Suite = hostSuite() ?? suites[0]
  const folder = makeFolder(suite, 'nginx')
  const port = await freePort()
  const certificates = options.tls === true ? makeCertificates(folder.ours) : null
  const host = options.ipv6 === true ? '[::1]' : '127.0.0.1'
  const origin = `${certificates ? 'https' : 'http'}://${host}:${port}`
  mkdirSync(`${folder.ours}/temporary`)
  if (options.basicAuth) {
    const {username, password} = options.basicAuth
    writeFileSync(`${folder.ours}/users`, `${username}:{PLAIN}${password}\n`)
  }
  writeFileSync(`${folder.ours}/nginx.conf`, configuration(options, folder.ours, `${host}:${port}`))
  const process = new DaemonProcess({
    suite,
    program: 'nginx',
    args: ['-p', folder.ours, '-c', `${folder.ours}/nginx.conf`, '-e', 'stderr'],
    folder,
    isReady: async () => (await fetch(`http://${host}:${port}/`)).status > 0,
  })
  await process.start()
  return {
    url: origin + options.path.replace(/\/$/, ''),
    ca: certificates?.ca ?? null,
    stop: async () => {
      await process.stop()
      rmSync(folder.ours, {recursive: true, force: true})
    },
  }
}

function configuration(options: NginxOptions, folder: string, listen: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `  ${what}_temp_path ${folder}/temporary;`)
    .join('\n')
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${folder}/nginx-main.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_max_body_size 64m;
${temporary}
  server {
    listen ${listen}${options.tls === true ? ' ssl' : ''};
${options.tls === true ? `    ssl_certificate ${folder}/server.pem;\n    ssl_certificate_key ${folder}/server.key;` : ''}
${options.basicAuth ? `    auth_basic "lab";\n    auth_basic_user_file ${folder}/users;` : ''}
    location ${options.path} {
      ${passTo(options)}
    }
  }
}
`
}

function passTo({behind, path, basicAuth, isBare}: NginxOptions): string {
  if ('http' in behind) {
    const upstream = behind.http.replace(/\/$/, '')
    if (isBare === true) return `proxy_pass ${upstream};`
    // With a path in proxy_pass nginx puts it in the place of the location's own.
    return `proxy_pass ${upstream}${path.endsWith('/') ? '/' : ''};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${basicAuth ? 'proxy_set_header Authorization "";' : ''}
      proxy_set_header Host ${new URL(upstream).host};`
  }
  const {scgi} = behind
  const address = 'path' in scgi ? `unix:${scgi.path}` : `${scgi.host}:${scgi.port}`
  return `include /etc/nginx/scgi_params;
      scgi_pass ${address};`
}
