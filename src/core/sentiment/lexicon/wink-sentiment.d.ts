declare module 'wink-sentiment/src/afinn-en-165.js' {
  const words: Readonly<Record<string, number>>;
  export default words;
}

declare module 'wink-sentiment/src/emojis.js' {
  const emoji: Readonly<Record<string, number>>;
  export default emoji;
}
