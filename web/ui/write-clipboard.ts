/**
 * Puts text on the clipboard, also for pages that came without HTTPS, as they do in most homes: there browsers have no
 * clipboard to write to, but still copy what is marked when somebody just clicked.
 *
 * @throws when the browser does not let the page copy
 */
export async function writeClipboard(text: string): Promise<void> {
  // Absent without HTTPS, whatever its type says.
  const {clipboard} = navigator as {clipboard?: Clipboard}
  if (clipboard) return clipboard.writeText(text)
  if (!copiedAsMarked(text)) throw new Error('The browser does not let this page copy.')
}

/** The focus stays where it is: a dialog would take it back before the text is copied. */
function copiedAsMarked(text: string): boolean {
  const mark = document.createElement('span')
  mark.textContent = text
  mark.className = 'sr-only whitespace-pre'
  mark.addEventListener('copy', (event) => {
    event.stopPropagation()
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text)
  })
  document.body.append(mark)
  const selection = document.getSelection()
  const before = selection?.rangeCount ? selection.getRangeAt(0) : null
  try {
    selection?.selectAllChildren(mark)
    // oxlint-disable-next-line typescript/no-deprecated -- there is nothing else without HTTPS
    return document.execCommand('copy')
  } finally {
    selection?.removeAllRanges()
    if (before) selection?.addRange(before)
    mark.remove()
  }
}
