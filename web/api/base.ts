/** Below which path everything is served: '' or `/torrents`. The server wrote it into the page. */
export const base: string =
  document.querySelector<HTMLMetaElement>('meta[name="commodarr-base"]')?.content.replace(/^__BASE__$/, '') ??
  ''
