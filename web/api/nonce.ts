/**
 * What this page's styles carry so that its policy lets them in; libraries that write styles of their own are given it.
 * Vite puts it into the page, the server fills it in again for every answer.
 */
export const nonce: string =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

declare global {
  // What the scroll locks of dialogs and menus look for.
  var __webpack_nonce__: string
}
globalThis.__webpack_nonce__ = nonce
