<?xml version="1.0" encoding="UTF-8"?>
<!-- One self-contained page from a result document with the table of words put below its root. The
     parts that are included are built into the program and put in place by it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:include href="words.xsl"/>
  <xsl:include href="front.xsl"/>
  <xsl:include href="tables.xsl"/>
  <xsl:include href="controls.xsl"/>
  <xsl:include href="back.xsl"/>

  <xsl:output method="html" encoding="UTF-8" indent="no"/>

  <xsl:param name="first" select="'zh-CN'"/>
  <xsl:param name="style"/>
  <xsl:param name="script"/>
  <xsl:param name="policy"/>

  <xsl:key name="control" match="/result/assessment/controls/control" use="@id"/>
  <xsl:key name="control-verdict" match="/result/assessment/controls/control" use="@verdict"/>
  <xsl:key name="used-by" match="/result/assessment/packs/pack/requirement" use="use/@id"/>
  <xsl:key name="requirement" match="/result/assessment/packs/pack/requirement" use="concat(../@id, '|', @id)"/>

  <xsl:key name="issue" match="/result/assessment/facts/issues/issue" use="@code"/>

  <xsl:variable name="run" select="/result/run"/>
  <xsl:variable name="assessment" select="/result/assessment"/>

  <xsl:template match="/">
    <html lang="{$first}">
      <head>
        <meta http-equiv="Content-Security-Policy" content="{$policy}"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="referrer" content="no-referrer"/>
        <meta name="color-scheme" content="light dark"/>
        <title>
          <xsl:choose>
            <xsl:when test="$first = 'en'"><xsl:value-of select="key('word', 'heading.report')/en"/></xsl:when>
            <xsl:otherwise><xsl:value-of select="key('word', 'heading.report')/zh-CN"/></xsl:otherwise>
          </xsl:choose>
          <xsl:text> · </xsl:text>
          <xsl:value-of select="$run/@file"/>
        </title>
        <style><xsl:value-of select="$style"/></style>
      </head>
      <body>
        <main id="top">
          <input type="radio" name="language" id="show-zh" class="switch">
            <xsl:if test="$first != 'en'"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if>
          </input>
          <input type="radio" name="language" id="show-en" class="switch">
            <xsl:if test="$first = 'en'"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if>
          </input>
          <div class="bar">
            <span class="maker">Parasol <span lang="zh-CN">智伞</span></span>
            <span class="languages">
              <label for="show-zh" lang="zh-Hans">中文</label>
              <label for="show-en" lang="en-GB">English</label>
            </span>
          </div>
          <div class="page">
            <xsl:call-template name="front"/>
            <xsl:call-template name="scope"/>
            <xsl:call-template name="provenance"/>
            <xsl:call-template name="matrix"/>
            <xsl:call-template name="requirements"/>
            <xsl:call-template name="clauses"/>
            <xsl:call-template name="deviations"/>
            <xsl:call-template name="findings"/>
            <xsl:call-template name="open"/>
            <xsl:call-template name="passed"/>
            <xsl:call-template name="manual"/>
            <xsl:call-template name="other"/>
            <xsl:call-template name="glossary"/>
            <xsl:call-template name="verify"/>
          </div>
        </main>
        <script><xsl:value-of select="$script"/></script>
      </body>
    </html>
  </xsl:template>
</xsl:stylesheet>
