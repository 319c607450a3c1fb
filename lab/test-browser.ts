/**
 * As much of a browser as a log-in needs: follows redirects one by one and keeps cookies as RFC 6265 says: by host (ports
 * do not count), path, age and `Secure`. `SameSite` is looked at by the tests themselves.
 */
export interface BrowserCookie {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly path: string
  readonly secure: boolean
  /** The whole `Set-Cookie` line. */
  readonly line: string
}

export interface Arrival {
  readonly status: number
  readonly url: URL
  readonly headers: Headers
  readonly body: string
}

export class TestBrowser {
  readonly #jar = new Map<string, BrowserCookie>()
  readonly #headers: Readonly<Record<string, string>>
  /** Every address that was opened. */
  readonly visited: string[] = []

  constructor(headers: Readonly<Record<string, string>> = {}) {
    this.#headers = headers
  }

  /** @param stopBefore an address that is not opened any more; the answer that led there comes back */
  async open(address: string, stopBefore: (url: URL) => boolean = () => false): Promise<Arrival> {
    let url = new URL(address)
    for (let hops = 0; hops < 20; hops++) {
      const answer = await this.#ask(url)
      const next = answer.headers.get('location')
      if (next === null || answer.status < 300 || answer.status > 399) return answer
      url = new URL(next, url)
      if (stopBefore(url)) return answer
    }
    throw new Error(`too many redirects: ${this.visited.join(' ')}`)
  }

  cookies(): readonly BrowserCookie[] {
    return [...this.#jar.values()]
  }

  cookie(name: string): BrowserCookie | undefined {
    return this.cookies().find((it) => it.name === name)
  }

  put(cookie: BrowserCookie): void {
    this.#jar.set(`${cookie.host} ${cookie.path} ${cookie.name}`, cookie)
  }

  forget(name: string): void {
    for (const [key, it] of this.#jar) if (it.name === name) this.#jar.delete(key)
  }

  async #ask(url: URL): Promise<Arrival> {
    this.visited.push(url.href)
    const cookie = this.cookies()
      .filter((it) => it.host === url.hostname && isBelow(url.pathname, it.path))
      .filter((it) => !it.secure || url.protocol === 'https:')
      .map((it) => `${it.name}=${it.value}`)
      .join('; ')
    const headers = {...this.#headers, accept: 'text/html', ...(cookie !== '' && {cookie})}
    const answer = await fetch(url, {redirect: 'manual', headers})
    for (const line of answer.headers.getSetCookie()) this.#keep(line, url)
    return {status: answer.status, url, headers: answer.headers, body: await answer.text()}
  }

  #keep(line: string, url: URL): void {
    const [pair = '', ...attributes] = line.split(';').map((it) => it.trim())
    const name = pair.slice(0, pair.indexOf('='))
    const of = (attribute: string) =>
      attributes.find((it) => it.toLowerCase().startsWith(`${attribute}=`))?.slice(attribute.length + 1)
    const cookie = {
      name,
      value: pair.slice(name.length + 1),
      host: url.hostname,
      line,
      path: of('path') ?? (url.pathname.replace(/\/[^/]*$/, '') || '/'),
      secure: attributes.some((it) => it.toLowerCase() === 'secure'),
    }
    const expires = of('expires')
    const isOver = of('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now())
    this.put(cookie)
    if (isOver) this.#jar.delete(`${cookie.host} ${cookie.path} ${cookie.name}`)
  }
}

/** RFC 6265 §5.1.4 */
function isBelow(path: string, cookiePath: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)
}
