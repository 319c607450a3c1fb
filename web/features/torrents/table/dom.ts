/** Elements of rows, which are made once and written often. */

export function cell(tag: 'div' | 'span' | 'i' | 'u', className: string, role?: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  if (role) element.role = role
  return element
}

/** Replaces the text that an element begins with, where it differs. */
export function put(element: HTMLElement, words: string): void {
  const node = element.firstChild
  if (!(node instanceof Text)) element.prepend(words)
  else if (node.nodeValue !== words) node.nodeValue = words
}

/** Gives an element its classes, where they differ: writing the same ones makes the browser look at its styles again. */
export function dress(element: HTMLElement, className: string): void {
  if (element.className !== className) element.className = className
}
