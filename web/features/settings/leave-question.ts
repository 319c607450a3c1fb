/**
 * Asks whether a page is left, one question at a time: who takes another way while one stands stays as to the first.
 * @param show how it is answered; `null` = nothing is asked any more
 * @returns asks; its answer says whether the page stays
 */
export function leaveQuestion(
  show: (answer: ((leaves: boolean) => void) | null) => void,
): () => Promise<boolean> {
  let standing: ((stays: boolean) => void) | null = null
  return () => {
    standing?.(true)
    const {promise, resolve} = Promise.withResolvers<boolean>()
    standing = resolve
    show((leaves) => {
      // Another question stands by now.
      if (standing !== resolve) return
      standing = null
      show(null)
      resolve(!leaves)
    })
    return promise
  }
}
