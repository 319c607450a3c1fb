/** Has the browser keep a file where downloads go. @param name what it is called there */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  followDownload(address, name)
  URL.revokeObjectURL(address)
}

/** The same of a file at an address of ours. */
export function followDownload(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name.replaceAll(/[/\\]/g, '_')
  link.click()
}
