/**
 * Below which path everything is served: '' or `/torrents`. The server wrote it into the page; tests of what asks the
 * server have no page.
 */
export const base: string =
  typeof document === 'undefined'
    ? ''
    : (document
        .querySelector<HTMLMetaElement>('meta[name="commodarr-base"]')
        ?.content.replace(/^__BASE__$/, '') ?? '')
