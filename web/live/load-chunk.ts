/** What each `import()` becomes in the built pages: `vite.config.ts` puts it there. */
import {nonce} from '../api/nonce.ts'
import {chunkLoader} from './chunks.ts'

function isNamed(address: string): boolean {
  const all = document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[href]')
  return Array.from(all).some((it) => ('src' in it ? it.src : it.href) === address)
}

function style(address: string): Promise<unknown> {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.crossOrigin = ''
  link.href = address
  link.nonce = nonce
  const {promise, resolve, reject} = Promise.withResolvers<unknown>()
  link.addEventListener('load', resolve)
  link.addEventListener('error', () => {
    link.remove()
    reject(new Error(`The styles at ${address} did not load.`))
  })
  document.head.append(link)
  return promise
}

export const loadChunk = chunkLoader({get: (address) => fetch(address), style, isNamed})
