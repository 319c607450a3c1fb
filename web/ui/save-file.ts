/** Has the browser keep a file where downloads go. @param name what it is called there */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name.replaceAll(/[/\\]/g, '_')
  link.click()
  URL.revokeObjectURL(address)
}
