/**
 * The coins the finder knows, as data: ticker, names, and what about them is a common word. One line
 * each: `TICKER flags | name, name, ~ambiguous name`. Flags: `l` the ticker counts in lower case too,
 * `a` the ticker is a word or another name (only as a cashtag, or in capitals in market company).
 */
export interface CoinName {
  readonly coin: string;
  /** Lower case, words parted by one blank. */
  readonly names: readonly string[];
  /** Names that are common words: they count only capitalised and in market company. */
  readonly ambiguousNames: readonly string[];
  readonly isTickerAmbiguous: boolean;
  readonly isTickerLowerCase: boolean;
}

export const COINS: readonly CoinName[] = `
BTC l | bitcoin, bitcoins
ETH l | ethereum, ether
USDT l | tether
USDC l | usd coin
BNB l | binance coin, bnb chain, binance smart chain
XRP l | ripple, xrp ledger
SOL - | solana
ADA - | cardano
DOGE l | dogecoin
TRX l | tron network, tronix, ~tron
TON a | toncoin, the open network
LINK a | chainlink
AVAX l | ~avalanche, avax
DOT a | polkadot
MATIC l | polygon network, ~polygon
POL a | polygon ecosystem token
SHIB l | shiba inu, shibainu
LTC l | litecoin
BCH l | bitcoin cash
BSV l | bitcoin sv, bitcoin satoshi vision
BTG - | bitcoin gold
WBTC l | wrapped bitcoin
ETC - | ethereum classic
UNI a | uniswap
ATOM a | cosmos hub, ~cosmos
XLM l | stellar lumens, stellar network, ~stellar
XMR l | monero
ICP a | internet computer, dfinity
NEAR a | near protocol
APT a | aptos
ARB a | arbitrum
OP a | ~optimism
SUI a | sui network, ~sui
SEI a | sei network
INJ - | injective protocol, ~injective
FIL a | filecoin
HBAR l | hedera hashgraph, hedera
VET a | vechain
ALGO a | algorand
FTM l | fantom
EGLD l | multiversx, elrond
SAND a | the sandbox
MANA a | decentraland
AXS l | axie infinity, ~axie
APE a | apecoin, ape coin
GALA a | gala games
ENJ l | enjin coin, enjin
IMX l | immutable x, immutablex
FLOW a | flow blockchain
THETA a | theta network
XTZ l | tezos
EOS l | eos network, eosio
NEO a | neo blockchain
GAS a | neo gas
WAVES a | waves platform
ZEC l | zcash
DASH a | dash coin, dashcoin
ONE a | harmony one, harmony protocol
CELO a | celo network
ROSE a | oasis network, oasis protocol
KAVA - | kava network
ZIL l | zilliqa
IOTA l | miota
QTUM l | qtum network
ICX l | icon network
ONT l | ontology network
IOST l | iost network
RVN l | ravencoin
SC a | siacoin
STX l | ~stacks, blockstack
MINA a | mina protocol
RUNE a | thorchain
KSM l | kusama
OSMO l | osmosis
JUNO a | juno network
TIA a | celestia
DYM - | dymension
STRK - | starknet
MANTA a | manta network
PYTH - | pyth network
JUP - | ~jupiter
JTO - | jito
BONK a | bonk coin
WIF a | dogwifhat
PEPE a | pepecoin, pepe coin
FLOKI a | floki inu
AAVE - | aave protocol, aave
MKR l | makerdao, ~maker
COMP a | compound finance
CRV l | curve finance, curve dao
SUSHI a | sushiswap
YFI l | yearn finance, yearn
SNX l | synthetix
BAL a | balancer protocol
LDO l | lido dao, lido finance, lido
RPL - | rocket pool
ENS a | ethereum name service
GRT l | the graph protocol, ~the graph
CAKE a | pancakeswap
DYDX l | dydx exchange
GMX l | gmx protocol
CVX - | convex finance
FXS l | frax share
INCH - | 1inch network
LRC l | loopring
BAT a | basic attention token
CHZ l | chiliz
HOT a | holochain
ANKR l | ankr network
STORJ l | storj network
AR a | arweave
RNDR l | render token, render network
RENDER a | rendertoken
FET - | fetch ai
OCEAN a | ocean protocol
AGIX l | singularitynet
TAO a | bittensor
WLD - | worldcoin
KAS a | kaspa
CRO l | crypto com coin, cronos
OKB l | okb token
LEO a | unus sed leo
FTT l | ftx token
CEL a | celsius token, celsius network, ~celsius
LUNA a | terra luna, ~luna, ~terra
LUNC l | terra classic, luna classic
UST a | terrausd, terra usd
USTC l | terraclassicusd
DAI a | dai stablecoin
BUSD l | binance usd
SUN a | sun token
JST - | just protocol
BTT l | bittorrent token, bittorrent
WIN a | winklink
SPELL a | spell token
GMT a | stepn
BLUR a | blur token
ORDI - | ordinals protocol
HYPE a | hyperliquid
TRUMP a | trump coin, trump memecoin
ONDO l | ondo finance
ENA a | ethena
PENDLE - | pendle finance
JASMY l | jasmycoin
XDC l | xdc network
QNT l | quant network
HNT l | helium network
KLAY l | klaytn
KCS l | kucoin token
AMP a | flexa network
ZRX l | 0x protocol
KNC l | kyber network
CELR l | celer network
OHM a | olympus dao, olympusdao
`
  .trim()
  .split('\n')
  .map(parseLine);

function parseLine(line: string): CoinName {
  const [head = '', tail = ''] = line.split('|');
  const [coin = '', flags = ''] = head.trim().split(/\s+/);
  const names = tail.split(',').map((name) => name.trim());
  return {
    coin,
    names: names.filter((name) => !name.startsWith('~')),
    ambiguousNames: names.filter((name) => name.startsWith('~')).map((name) => name.slice(1)),
    isTickerAmbiguous: flags.includes('a'),
    isTickerLowerCase: flags.includes('l'),
  };
}
